# Runs inside a new root that is to see the lab's apt repository and no other. Words in @...@ are filled in before.
set -eu
rm -rf /etc/apt/sources.list.d/* /var/lib/apt/lists/*
install -D -m 0644 /srv/repository/lab-archive.gpg /usr/share/keyrings/lab-archive.gpg
for suite in @SUITES@; do
    echo "deb [signed-by=/usr/share/keyrings/lab-archive.gpg] file:///srv/repository $suite main"
done > /etc/apt/sources.list
apt-get -q update
DEBIAN_FRONTEND=noninteractive apt-get -q -y install @INSTALLED@
rm -f /var/log/apt/* /var/log/dpkg.log
