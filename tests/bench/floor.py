"""The floor of the bench: what paramiko alone needs to log in to every host and run `true`, all at the same time.

    floor.py INVENTORY
"""

import sys
from concurrent.futures import ThreadPoolExecutor

import paramiko
import yaml

from muster.lab.dial import connect


def visit(address: str, netns: str, user: str, key: paramiko.PKey) -> int:
    """Log in, run `true`, and return its status."""
    with paramiko.SSHClient() as client:
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # Checking keys is no part of the floor.
        client.connect(address, username=user, pkey=key, sock=connect(netns, address, 22, 10), allow_agent=False,
                       look_for_keys=False)
        _, output, _ = client.exec_command("true")
        return output.channel.recv_exit_status()


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        inventory = yaml.load(file, yaml.CSafeLoader)["all"]
    common = inventory["vars"]
    key = paramiko.PKey.from_path(common["ansible_ssh_private_key_file"])
    addresses = [host["ansible_host"] for host in inventory["hosts"].values()]
    with ThreadPoolExecutor(len(addresses)) as pool:
        codes = pool.map(lambda each: visit(each, common["muster_netns"], common["ansible_user"], key), addresses)
        sys.exit(max(codes))


main()
