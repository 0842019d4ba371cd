"""From files to a frozen `Playbook`, every part of which knows the place it was written at."""
