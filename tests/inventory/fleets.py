"""Inventories of many hosts, as text: fifty groups, each host in one of them."""


def ini_of(count):
    groups = [f"[g{group}]\n" + "".join(
        f"host{number}.example.com ansible_host=10.0.{number // 250}.{number % 250} rack={number % 40} role='a b'\n"
        for number in range(group, count, 50)) for group in range(50)]
    return "".join(groups)


def yaml_of(count):
    groups = [f"g{group}:\n  hosts:\n" + "".join(
        f"    host{number}.example.com:\n      ansible_host: 10.0.{number // 250}.{number % 250}\n"
        f"      rack: {number % 40}\n      role: web server\n"
        for number in range(group, count, 50)) for group in range(50)]
    return "".join(groups)
