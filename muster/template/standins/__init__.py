"""What filter plugins written for Ansible import of it, in place of Ansible.

They are seen while such a plugin is imported, and by nobody else (`muster.template.custom`).
"""
