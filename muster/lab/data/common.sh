# Runs inside every new root, before its package repository is set up.
set -eu

# Two users, as the images of EC2 have one: ec2-user, who may do anything, and ops, whose sudo asks for a password
# ("ops-password", hashed with SHA-512 because the oldest image knows nothing newer).
getent group wheel > /dev/null || groupadd --system wheel
useradd --create-home --shell /bin/bash --comment "EC2 Default User" ec2-user
useradd --create-home --shell /bin/bash --comment "Operator" --password '$6$musterlab$6doNQmIU/yQfQ1a1ArOlYPmJNXz.cNI9bG9QvU8894G2w65btSy.dfj8LQ1R4jHWtMpaOWdd6BO6jVAJccD0F0' ops
printf '%s\n' 'ec2-user ALL=(ALL) NOPASSWD:ALL' 'ops ALL=(ALL) ALL' > /etc/sudoers.d/90-lab-users
chmod 0440 /etc/sudoers.d/90-lab-users
for user in ec2-user ops; do
    install -d -m 0700 -o "$user" -g "$user" "/home/$user/.ssh"
done

# As on the images of clouds; sshd's PAM looks for it at every login.
echo LANG=C.UTF-8 > /etc/default/locale

# What makes a host itself is written when it boots, and must not be shared.
rm -f /etc/ssh/ssh_host_*
: > /etc/machine-id
rm -f /var/lib/dbus/machine-id
rm -f /etc/resolv.conf  # On Ubuntu it is a link to what systemd-resolved would write.
: > /etc/resolv.conf

# What wakes up by itself costs every host some of the machine's two or four cores, and is of no use in a lab.
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer dnf-makecache.timer e2scrub_all.timer \
        e2scrub_reap.service fstrim.timer motd-news.timer systemd-tmpfiles-clean.timer console-getty.service \
        getty@tty1.service getty-static.service getty.target systemd-logind.service systemd-resolved.service \
        systemd-timesyncd.service systemd-networkd.service systemd-pstore.service ondemand.service \
        systemd-update-utmp.service systemd-update-utmp-runlevel.service ldconfig.service dev-hugepages.mount \
        sys-fs-fuse-connections.mount networkd-dispatcher.service systemd-networkd-wait-online.service; do
    ln -sf /dev/null "/etc/systemd/system/$unit"
done

rm -rf /usr/share/doc /usr/share/man /usr/share/info /usr/share/locale
rm -rf /var/cache/apt/archives/*.deb /var/log/*.log /var/log/apt
