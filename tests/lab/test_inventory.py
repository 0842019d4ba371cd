import yaml

from muster.lab.inventory import inventory


def test_hosts_groups_and_variables_are_where_ansible_looks_for_them() -> None:
    text = inventory(
        [("debian-1", "10.213.0.11", ("debian", "debian_12")), ("amazon-1", "10.213.0.12", ("amazon",))],
        {"ansible_user": "ec2-user"},
    )
    assert yaml.safe_load(text) == {
        "all": {
            "vars": {"ansible_user": "ec2-user"},
            "hosts": {"debian-1": {"ansible_host": "10.213.0.11"}, "amazon-1": {"ansible_host": "10.213.0.12"}},
            "children": {
                "amazon": {"hosts": {"amazon-1": {}}},
                "debian": {"hosts": {"debian-1": {}}},
                "debian_12": {"hosts": {"debian-1": {}}},
            },
        }
    }


def test_a_long_option_stays_on_one_line() -> None:
    assert f"args: {'x ' * 200}x\n" in inventory([], {"args": "x " * 200 + "x"})
