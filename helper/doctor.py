"""`ittsu doctor`: what can be checked from here, and what cannot."""

import json
from dataclasses import asdict

from helper.checks.check import Check
from helper.checks.run import examine
from helper.flows.support import failures
from helper.model.clock import to_rfc3339
from helper.office import Office
from helper.words import Words

MARKS = {"good": "○", "bad": "×", "warning": "△", "unknown": "？", "info": "・"}
NOT_CHECKED = Words(
    "ここからは調べられないこと: 「Webhookの再送」「応答メッセージ」「あいさつメッセージ」「応答時間」。"
    "WebhookがLINEから届くかは --test で調べます（LINEの接続テストは1時間に60回までです）。",
    "Cannot be checked from here: webhook redelivery, auto-response, greeting message, response hours."
    " Whether LINE reaches the webhook URL is tested with --test (LINE allows 60 an hour).",
)
SUPPORT = Words(
    "LINEが受け付けなかった要求（LINEのサポートに、リクエストIDを伝えられます）:",
    "What LINE did not do (its support asks for the request ids):",
)
NO_FAILURES = Words("ありません。", "None.")


async def report(office: Office, *, test: bool, support: bool, as_json: bool) -> int:
    """Print the checks; 1 if anything is wrong."""
    checks = await examine(office, test=test)
    wrong = any(check.state == "bad" for check in checks)
    if as_json:
        print(json.dumps({"items": [_json(check) for check in checks]}, ensure_ascii=False))
        return 1 if wrong else 0
    for check in checks:
        print(f"{MARKS[check.state]} {check.words.ja} / {check.words.en}")
        if check.fix is not None:
            print(f"    → {check.fix.ja} / {check.fix.en}")
    print(NOT_CHECKED)
    if support:
        await _tell_failures(office)
    return 1 if wrong else 0


async def _tell_failures(office: Office) -> None:
    print(SUPPORT)
    found = await failures(office.desk)
    for one in found:
        status = "-" if one.status is None else one.status
        print(f"  {to_rfc3339(one.at)}  {one.method} {one.path}  {status}  {one.request_id or '-'}")
    if not found:
        print(NO_FAILURES)


def _json(check: Check) -> dict[str, object]:
    return asdict(check)
