"""The lab: a disposable fleet of real systemd hosts on one Linux machine, without Docker.

    machine
      |-- /var/cache/muster/lab/IMAGE-DIGEST/     one root file system an image, built once and shared (image, repository)
      |-- /run/muster/lab/NAME/                   what one lab wrote: keys, known_hosts, inventory, record
      |
      |   namespace muster-NAME                   namespace muster-NAME.switch         namespace muster-NAME.HOST
      |  +-------------------------+   cable   +-------------------------------+  veth  +----------------------------+
      +--| uplink 10.213.0.1       |===========| uplink   bridge   port1 port2 |========| eth0 10.213.0.11           |
         | (enter_command, dial)   |  or the   +-------------------------------+        | systemd-nspawn: systemd,   |
         +-------------------------+ delay line                                         | sshd, cron on an overlay   |
                                                                                        +----------------------------+

The noun of each file: `lab` puts the others together; `image` and `repository` build root file systems; `host` boots one;
`network` and `delay` are the wires; `ssh` and `inventory` are how the fleet is reached; `cgroup`, `process`, `sysctl`, `lock`
and `record` are what keeps `down` honest; `requirements` says whether this machine can do it at all.
"""
