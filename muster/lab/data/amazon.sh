# Runs inside a new root that is to look like Amazon Linux 2023. Words in @...@ are filled in before.
set -eu

# dnf as Debian packages it needs three things that are so by themselves on Amazon Linux: its "local" plugin wants signatures
# nobody made, rpm's database is by default in the home directory of whoever asks, and needs-restarting has to be told of the
# packages that call for a reboot.
printf '[main]\nenabled=0\n' > /etc/dnf/plugins/local.conf
mkdir -p /etc/rpm /etc/dnf/vars /etc/dnf/plugins/needs-restarting.d /etc/yum.repos.d
echo '%_dbpath /var/lib/rpm' > /etc/rpm/macros
echo demo-crit > /etc/dnf/plugins/needs-restarting.d/demo.conf
rpmdb --initdb

# The release the host is locked to; its updates are visible. With 2023.0 here none would be, as on a real instance whose
# release is older than the fix.
echo 2023.1 > /etc/dnf/vars/releasever
rpm --import /srv/repository/RPM-GPG-KEY-lab
install -D -m 0644 /srv/repository/RPM-GPG-KEY-lab /etc/pki/rpm-gpg/RPM-GPG-KEY-lab
cat > /etc/yum.repos.d/amazonlinux.repo <<'REPO'
[amazonlinux]
name=Amazon Linux 2023 repository
baseurl=file:///srv/repository/$releasever
enabled=1
gpgcheck=1
gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-lab
metadata_expire=48h
REPO
dnf -q -y install @INSTALLED@
dnf -q makecache
rm -f /var/log/dnf*.log /var/log/hawkey.log
ln -sf dnf /usr/bin/yum
ln -sf /etc/system-release /etc/redhat-release

# Amazon Linux calls these two differently.
units=/lib/systemd/system
for pair in ssh:sshd cron:crond; do
    old=${pair%:*} new=${pair#*:}
    rm -f "/etc/systemd/system/multi-user.target.wants/$old.service" "/etc/systemd/system/$new.service"
    sed "/^Alias=/d" "$units/$old.service" > "$units/$new.service.tmp"
    rm -f "$units/$old.service" "$units/$old.socket" "$units/$old@.service"
    mv "$units/$new.service.tmp" "$units/$new.service"
    ln -s "$units/$new.service" "/etc/systemd/system/multi-user.target.wants/$new.service"
    rm -f "/etc/init.d/$old"
done
cp /etc/default/locale /etc/locale.conf
echo '%wheel ALL=(ALL) ALL' > /etc/sudoers.d/10-wheel
chmod 0440 /etc/sudoers.d/10-wheel

# No trace of Debian's package managers: what looks for them must not find them.
rm -rf /usr/bin/apt* /usr/bin/dpkg* /usr/sbin/dpkg* /usr/lib/apt /usr/lib/dpkg /etc/apt /etc/dpkg /etc/debian_version \
    /var/lib/apt /var/lib/dpkg /var/cache/apt /usr/lib/python3/dist-packages/apt* /etc/cron.daily/apt* /etc/cron.daily/dpkg \
    /usr/share/keyrings/debian-archive-* /etc/dpkg
