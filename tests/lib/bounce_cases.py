"""Reports of undelivered mail as mail servers write them; `%TO%` stands for the address they came to."""

from __future__ import annotations

from collections.abc import Mapping

ORIGINAL = """\
Return-Path: <%TO%>
From: Entremise <ne-pas-repondre@example.org>
To: marc@cedre-bleu.example
Subject: =?utf-8?q?H=C3=A9l=C3=A8ne?=
Message-ID: <aaaaaaaaaaaaaaaaaaaaaaaaaa@example.org>
Status: 5.9.9

Bonjour Marc,
"""

POSTFIX = f"""\
Return-Path: <>
X-Original-To: %TO%
Delivered-To: %TO%
Date: Mon,  2 Nov 2026 13:00:02 +0100 (CET)
From: MAILER-DAEMON@mail.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: %TO%
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
    boundary="4F2C41A0B3.1793620802/mail.example.org"

This is a MIME-encapsulated message.

--4F2C41A0B3.1793620802/mail.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

<marc@cedre-bleu.example>: host mx.cedre-bleu.example[192.0.2.1] said: 550 5.1.1
    User unknown (in reply to RCPT TO command)

--4F2C41A0B3.1793620802/mail.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org
X-Postfix-Queue-ID: 4F2C41A0B3
Arrival-Date: Mon,  2 Nov 2026 13:00:01 +0100 (CET)

Final-Recipient: rfc822; marc@cedre-bleu.example
Original-Recipient: rfc822;marc@cedre-bleu.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.cedre-bleu.example
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--4F2C41A0B3.1793620802/mail.example.org
Content-Description: Undelivered Message
Content-Type: message/rfc822

{ORIGINAL}
--4F2C41A0B3.1793620802/mail.example.org--
"""

POSTFIX_DELAYED = POSTFIX.replace("Action: failed", "Action: delayed").replace("Status: 5.1.1", "Status: 4.4.1")
POSTFIX_GIVEN_UP = POSTFIX.replace("Status: 5.1.1", "Status: 4.4.7")

EXIM = f"""\
Return-path: <>
Envelope-to: %TO%
X-Failed-Recipients: marc@cedre-bleu.example
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mail.example.org>
To: %TO%
Content-Type: multipart/report; report-type=delivery-status; boundary=1793620802-eximdsn-1804289383
MIME-Version: 1.0
Subject: Mail delivery failed: returning message to sender

--1793620802-eximdsn-1804289383
Content-type: text/plain; charset=us-ascii

This message was created automatically by mail delivery software.

--1793620802-eximdsn-1804289383
Content-type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Action: failed
Final-Recipient: rfc822;marc@cedre-bleu.example
Status: 5.0.0
Remote-MTA: dns; mx.cedre-bleu.example
Diagnostic-Code: smtp; 550 No such user here

--1793620802-eximdsn-1804289383
Content-type: message/rfc822

{ORIGINAL}
--1793620802-eximdsn-1804289383--
"""

EXIM_OLD = f"""\
Envelope-to: %TO%
X-Failed-Recipients: marc@cedre-bleu.example
From: Mail Delivery System <Mailer-Daemon@mail.example.org>
To: %TO%
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.
A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  marc@cedre-bleu.example
    Unrouteable address

------ This is a copy of the message, including all the headers. ------

{ORIGINAL}
"""

EXCHANGE = f"""\
From: <postmaster@cedre-bleu.example>
To: <%TO%>
Subject: =?iso-8859-1?Q?Non_remis=A0:_bonjour_=E0_vous?=
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="_c93ab98f-09f5-4a7d-8a46-5d5e66f9a5bd_"
X-MS-Exchange-Message-Is-Ndr:

--_c93ab98f-09f5-4a7d-8a46-5d5e66f9a5bd_
Content-Type: multipart/alternative; differences=Content-Type;
\tboundary="_inner_"

--_inner_
Content-Type: text/plain; charset="iso-8859-1"

Adresse introuvable : v\xe9rifiez-la.
--_inner_
Content-Type: text/html; charset="iso-8859-1"

<p>Adresse introuvable : v\xe9rifiez-la.</p>
--_inner_--

--_c93ab98f-09f5-4a7d-8a46-5d5e66f9a5bd_
Content-Type: message/delivery-status

Reporting-MTA: dns;PR3P192MB0001.EURP192.PROD.OUTLOOK.COM
Received-From-MTA: dns;mail.example.org
Arrival-Date: Mon, 2 Nov 2026 12:00:02 +0000

Final-Recipient: rfc822;marc@cedre-bleu.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup

--_c93ab98f-09f5-4a7d-8a46-5d5e66f9a5bd_
Content-Type: message/rfc822

{ORIGINAL}
--_c93ab98f-09f5-4a7d-8a46-5d5e66f9a5bd_--
"""

GMAIL = f"""\
Delivered-To: %TO%
From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>
To: %TO%
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
X-Failed-Recipients: marc@cedre-bleu.example
Content-Type: multipart/report; boundary="000000000000a5c4d50629"; report-type=delivery-status

--000000000000a5c4d50629
Content-Type: multipart/related; boundary="000000000000a5d2c90629"

--000000000000a5d2c90629
Content-Type: text/html; charset="UTF-8"

<html><body>Adresse introuvable</body></html>
--000000000000a5d2c90629--
--000000000000a5c4d50629
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Arrival-Date: Mon, 02 Nov 2026 04:00:02 -0800 (PST)

Final-Recipient: rfc822; marc@cedre-bleu.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
Last-Attempt-Date: Mon, 02 Nov 2026 04:00:02 -0800 (PST)

--000000000000a5c4d50629
Content-Type: message/rfc822

{ORIGINAL}
--000000000000a5c4d50629--
"""

QMAIL = """\
Delivered-To: %TO%
From: MAILER-DAEMON@mail.example.org
To: %TO%
Subject: failure notice

Hi. This is the qmail-send program at mail.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<marc@cedre-bleu.example>:
192.0.2.1 does not like recipient. Remote host said: 550 5.1.1 unknown
"""

NO_ACTION = POSTFIX.replace("Action: failed\n", "")
BROKEN = POSTFIX.replace("--4F2C41A0B3.1793620802/mail.example.org--\n", "").replace("Reporting-MTA: dns;", "\x00;;")

VACATION = """\
Delivered-To: %TO%
From: Marc Delaunay <marc@cedre-bleu.example>
To: %TO%
Auto-Submitted: auto-replied
Subject: Absent

Je suis en cong\xe9. Status: 5.1.1, Action: failed.
"""
READ_RECEIPT = POSTFIX.replace("message/delivery-status", "message/disposition-notification")

FAILED: Mapping[str, tuple[str, str]] = {
    "Postfix": (POSTFIX, "5.1.1"),
    "Postfix, after days of trying": (POSTFIX_GIVEN_UP, "4.4.7"),
    "Exim": (EXIM, "5.0.0"),
    "Exim, before it wrote reports": (EXIM_OLD, "5.0.0"),
    "Exchange, in Latin-1": (EXCHANGE, "5.1.10"),
    "Gmail": (GMAIL, "5.1.1"),
    "qmail": (QMAIL, "5.1.1"),
    "a report without an action": (NO_ACTION, "5.1.1"),
    "a report cut short": (BROKEN, "5.1.1"),
}
NOT_FAILED: Mapping[str, str] = {
    "a delay": POSTFIX_DELAYED,
    "somebody's own answer": VACATION,
    "a read receipt": READ_RECEIPT,
    "nothing": "",
    "noise": "\x00\xff\r\r\n" * 400,
}


def raw(report: str, *, to: str) -> bytes:
    """Return a report as octets, in Latin-1 as some servers write, delivered to an address."""
    return report.replace("%TO%", to).encode("latin-1")
