"""A task for Windows' Task Scheduler (schema 1.2). Tested as text; never tried on Windows."""

import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

from helper.service.entry import Command, Entry

TASK = "Ittsu"
_SCHEMA = "http://schemas.microsoft.com/windows/2004/02/mit/task"


def windows_entry(command: Command, user: str, data: Path) -> Entry:
    """The task of `user` (`DOMAIN\\name`); its description is kept in the data folder."""
    file = data / "ittsu-task.xml"
    return Entry(
        system="タスク スケジューラ / Task Scheduler",
        file=file,
        content=task(command, user),
        usable=("schtasks", "/query", "/fo", "list"),
        known=("schtasks", "/query", "/tn", TASK),
        start=(
            ("schtasks", "/create", "/tn", TASK, "/xml", str(file), "/f"),
            ("schtasks", "/run", "/tn", TASK),
        ),
        stop=(("schtasks", "/end", "/tn", TASK), ("schtasks", "/delete", "/tn", TASK, "/f")),
    )


def task(command: Command, user: str) -> bytes:
    """The task's description. A failed one is started again after a minute, the least that Windows knows."""
    program, *arguments = command
    root = ET.Element("Task", {"version": "1.2", "xmlns": _SCHEMA})
    _add(root, "RegistrationInfo", Description="Ittsu (LINE公式アカウントの最初の一通)")
    _add(ET.SubElement(root, "Triggers"), "LogonTrigger", UserId=user)
    principal = _add(
        ET.SubElement(root, "Principals"), "Principal", UserId=user, LogonType="InteractiveToken"
    )
    principal.set("id", "Author")
    settings = _add(
        root,
        "Settings",
        MultipleInstancesPolicy="IgnoreNew",
        DisallowStartIfOnBatteries="false",
        StopIfGoingOnBatteries="false",
        ExecutionTimeLimit="PT0S",
    )
    _add(settings, "RestartOnFailure", Interval="PT1M", Count="999")
    actions = ET.SubElement(root, "Actions", {"Context": "Author"})
    _add(actions, "Exec", Command=program, Arguments=subprocess.list2cmdline(arguments))
    ET.indent(root)
    # `schtasks` reads UTF-16 only.
    text = '<?xml version="1.0" encoding="UTF-16"?>\n' + ET.tostring(root, encoding="unicode") + "\n"
    return text.encode("utf-16")


def _add(parent: ET.Element, name: str, **fields: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    for field, text in fields.items():
        ET.SubElement(element, field).text = text
    return element
