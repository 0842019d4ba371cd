# Runs inside a new root of ubuntu-18.04, after its package repository is set up.
set -eu

# mmdebstrap leaves this file out, and hosts that were installed otherwise have it; dpkg 1.19.0 removes no package without.
touch /var/lib/dpkg/available
