"""The lab: a disposable fleet of real systemd hosts on one Linux machine, without Docker.

    machine
     |-- /var/cache/muster/lab/IMAGE-DIGEST/   a root file system, built once and shared (image, repository)
     |-- /run/muster/lab/NAME/                 what one lab wrote: keys, known_hosts, inventory, record
     |
     |   muster-NAME                      muster-NAME.switch              muster-NAME.HOST
     |  +---------------------+  cable  +-------------------------+     +-------------------------------+
     `--| uplink 10.213.0.1   |=========| uplink  bridge  port1   |=====| eth0 10.213.0.11              |
        | (enter_command,     | or the  |                 port2 ..|==   | systemd-nspawn: systemd, sshd |
        |  dial)              | delay   |                         |     | and cron on an overlay        |
        +---------------------+ line    +-------------------------+     +-------------------------------+
         the three of them are network namespaces; no address is outside of such

The noun of each file: `lab` puts the others together; `image` and `repository` build root file systems; `host` boots
one; `network` and `delay` are the wires; `ssh` and `inventory` are how the fleet is reached; `cgroup`, `process`,
`sysctl`, `lock` and `record` are what keeps `down` honest; `requirements` says whether this machine can do it at all.
"""
