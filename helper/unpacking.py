"""`ittsu extension`: put the browser extension into a folder, and say how a browser loads it."""

import json
from pathlib import Path
from typing import Literal

from helper import installed
from helper.words import Trouble, Words

Browser = Literal["chrome", "firefox"]

FOLDERS: dict[Browser, str] = {"chrome": "ittsu-extension", "firefox": "ittsu-extension-firefox"}
"""Where it goes unless the person names a place: seen in the home folder, for file dialogs hide other places."""
_BUILDS: dict[Browser, str] = {"chrome": "chrome-mv3", "firefox": "firefox-mv3"}
_MANIFEST = "manifest.json"
_FIREFOX = "browser_specific_settings"

NOT_BUILT = Words(
    "拡張機能がまだ組み立てられていません。「python3 scripts/start.py --setup-only」を実行してください。",
    "The extension is not built yet: run `python3 scripts/start.py --setup-only`.",
)
NOT_OURS = Words(
    "{folder} には別のものが入っています。空のフォルダーか、新しい名前を指定してください。何も変えていません。",
    "{folder} holds something else: name an empty folder or a new one. Nothing was changed.",
)
WRITTEN = Words("拡張機能を {folder} に置きました。", "The extension is in {folder}.")
RENEWED = Words(
    "拡張機能を新しくしました（{folder}）。拡張機能のページで「再読み込み」（↻）を押してください。",
    "The extension in {folder} was renewed. Press “Reload” (↻) on the browser's page of extensions.",
)
LOAD_IN_CHROME = Words(
    "  1. Chromeで chrome://extensions（Edgeは edge://extensions）を開きます。\n"
    "  2. 「デベロッパー モード」（Edgeは「開発者モード」）をオンにします。\n"
    "  3. 「パッケージ化されていない拡張機能を読み込む」（Edgeは「展開して読み込み」）を押し、"
    "上のフォルダーを選びます。\n"
    "  4. 「{command} pair」で接続コードを表示し、拡張機能の設定画面で入力します。\n"
    "  フォルダーは消さないでください。ブラウザーはここから読み込みます。",
    "  1. Open chrome://extensions in Chrome, edge://extensions in Edge.\n"
    "  2. Switch on “Developer mode”.\n"
    "  3. Press “Load unpacked” and choose the folder above.\n"
    "  4. `{command} pair` prints a pairing code: enter it in the extension's options.\n"
    "  Keep the folder: the browser loads the extension from it.",
)
LOAD_IN_FIREFOX = Words(
    "  1. Firefoxで about:debugging#/runtime/this-firefox を開きます。\n"
    "  2. 「一時的なアドオンを読み込む…」を押し、上のフォルダーの manifest.json を選びます。\n"
    "  3. 「{command} pair」で接続コードを表示し、拡張機能の設定画面で入力します。\n"
    "  この方法で入れた拡張機能は、Firefoxを閉じると外れます。"
    "ふだんのFirefoxに残すには、Mozillaの署名（アドオンストアへの公開）が必要です。",
    "  1. Open about:debugging#/runtime/this-firefox in Firefox.\n"
    "  2. Press “Load Temporary Add-on…” and choose manifest.json in the folder above.\n"
    "  3. `{command} pair` prints a pairing code: enter it in the extension's options.\n"
    "  Loaded so, it is gone when Firefox closes. To stay, an add-on needs Mozilla's signature, from their store.",
)


def put_extension(name: str | None, browser: Browser) -> int:
    """Write the files and print the steps; returns the exit code. Raises Trouble, OSError."""
    folder = Path(name).expanduser().absolute() if name else Path.home() / FOLDERS[browser]
    build = installed.BUILDS / _BUILDS[browser]
    if not (build / _MANIFEST).is_file():
        raise Trouble(NOT_BUILT)
    renewed = _is_ours(folder, build)
    if not renewed and folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise Trouble(NOT_OURS.filled(folder=folder), exit_code=2)
    unpack(build, folder)
    print((RENEWED if renewed else WRITTEN).filled(folder=folder))
    print((LOAD_IN_CHROME if browser == "chrome" else LOAD_IN_FIREFOX).filled(command=installed.COMMAND))
    return 0


def unpack(build: Path, folder: Path) -> None:
    """Copy a build's files into `folder`, the manifest last."""
    wanted = {path.relative_to(build) for path in build.rglob("*") if path.is_file()}
    for part in sorted(wanted, key=lambda part: part == Path(_MANIFEST)):
        target = folder / part
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((build / part).read_bytes())
    # What an older version left in our own subfolders goes; whatever else somebody keeps there is theirs.
    for name in {part.parts[0] for part in wanted if len(part.parts) > 1}:
        for path in (folder / name).rglob("*"):
            if path.is_file() and path.relative_to(folder) not in wanted:
                path.unlink()


def _is_ours(folder: Path, build: Path) -> bool:
    """Whether a folder holds this extension for this browser already: only then are files replaced."""
    try:
        there = json.loads((folder / _MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    ours = json.loads((build / _MANIFEST).read_text("utf-8"))
    return (
        isinstance(there, dict)
        and there.get("short_name") == ours["short_name"]
        and (_FIREFOX in there) == (_FIREFOX in ours)
    )
