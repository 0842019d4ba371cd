"""Ways to hosts: logins, the start of the agent, sessions."""
