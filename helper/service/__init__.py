"""Starting Ittsu by itself when its person logs in: what each system is told, and the commands that tell it.

Only what is written and run for systemd was tried on a machine; launchd's and Windows' is tested as text.
"""
