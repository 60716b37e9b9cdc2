"""exchangelib against the simulated Exchange, as its documentation tells users to use it.

The environment says who (MAILBOX), with which tokens (AUTODISCOVER_TOKEN, EWS_TOKEN: a token is for one
host), through which proxy (HTTPS_PROXY) and whom to trust (REQUESTS_CA_BUNDLE). Prints one line per step;
whatever goes wrong ends it with a traceback.
"""

import os

import exchangelib.autodiscover
from exchangelib import (
    DELEGATE,
    Account,
    CalendarItem,
    Configuration,
    Contact,
    EWSDateTime,
    EWSTimeZone,
    ExtendedProperty,
    FileAttachment,
    HTMLBody,
    Mailbox,
    Message,
    OAuth2AuthorizationCodeCredentials,
    UTC,
)
from exchangelib.errors import DoesNotExist, ErrorItemNotFound
from exchangelib.protocol import BaseProtocol

MAILBOX = os.environ["MAILBOX"]


def credentials(token):
    return OAuth2AuthorizationCodeCredentials(
        access_token={"access_token": token, "token_type": "Bearer"}
    )


def step(name, *what):
    print(name, *what, flush=True)


# Names are looked up in the DNS before anything is sent, past proxies and hosts files.
exchangelib.autodiscover.Autodiscovery._ensure_valid_hostname = lambda self, url: None
exchangelib.autodiscover.clear_cache()
BaseProtocol.TIMEOUT = 30


class Marker(ExtendedProperty):
    distinguished_property_set_id = "PublicStrings"
    property_name = "Marker"
    property_type = "String"


Message.register("marker", Marker)

protocol = None
try:
    discovery = exchangelib.autodiscover.Autodiscovery(
        email=MAILBOX, credentials=credentials(os.environ["AUTODISCOVER_TOKEN"])
    )
    ad_response, _ = discovery.discover()
    step("autodiscover", ad_response.ews_url, ad_response.autodiscover_smtp_address)
finally:
    exchangelib.autodiscover.clear_cache()

account = Account(
    MAILBOX,
    config=Configuration(
        service_endpoint=ad_response.ews_url,
        credentials=credentials(os.environ["EWS_TOKEN"]),
        auth_type="OAuth 2.0",
    ),
    autodiscover=False,
    access_type=DELEGATE,
)
step("version", account.version.build)
step("inbox", account.inbox.name, account.inbox.total_count)
step("history", account.conversation_history.name)

message = Message(
    account=account,
    folder=account.inbox,
    subject="From exchangelib",
    body=HTMLBody("<p>Hello</p>"),
    to_recipients=[Mailbox(email_address="pilar@litwareinc.com")],
    marker="m-1",
)
message.attach(FileAttachment(name="a.txt", content=b"attached"))
message.save()
step("created", len(message.id))

read = account.inbox.get(subject="From exchangelib")
assert read.marker == "m-1", read.marker
assert read.to_recipients[0].email_address == "pilar@litwareinc.com"
assert "Hello" in read.body
assert read.attachments[0].content == b"attached"
step("read", read.subject)

read.subject = "Changed"
read.is_read = False
read.save()
assert account.inbox.filter(marker="m-1", is_read=False).count() == 1
assert account.inbox.filter(subject__contains="hange").exists()
step("found", account.inbox.all().order_by("-datetime_created")[0].subject)

for number in range(5):
    Message(account=account, folder=account.drafts, subject=f"page {number}").save()
account.drafts.filter(subject__startswith="page").count()
drafts = account.drafts.filter(subject__startswith="page").order_by("subject")
drafts.page_size = 2
step("paged", [it.subject for it in drafts])

state = list(account.drafts.sync_items())
step("synchronized", len(state))

folder = exchangelib.folders.Messages(parent=account.inbox, name="Projects")
folder.save()
read.move(folder)
assert folder.all().count() == 1
step("walked", len(list(account.msg_folder_root.walk())) > 10, "Projects" in account.msg_folder_root.tree())

tz = EWSTimeZone("Europe/Berlin")
event = CalendarItem(
    account=account,
    folder=account.calendar,
    subject="Meeting",
    start=EWSDateTime(2026, 11, 26, 10, 0, tzinfo=tz),
    end=EWSDateTime(2026, 11, 26, 11, 0, tzinfo=tz),
)
event.save()
day = account.calendar.view(
    start=EWSDateTime(2026, 11, 26, tzinfo=UTC), end=EWSDateTime(2026, 11, 27, tzinfo=UTC)
)
step("calendar", [it.start.isoformat() for it in day])

contact = Contact(account=account, folder=account.contacts, given_name="Ann", display_name="Ann")
contact.save()
step("contacts", account.contacts.all().count())

with account.inbox.pull_subscription() as (subscription_id, watermark):
    Message(account=account, folder=account.inbox, subject="news").save()
    events = [
        type(event).__name__
        for notification in account.inbox.get_events(subscription_id, watermark)
        for event in notification.events
    ]
step("events", events)

with account.inbox.streaming_subscription() as subscription_id:
    Message(account=account, folder=account.inbox, subject="more news").save()
    streamed = [
        type(event).__name__
        for notification in account.inbox.get_streaming_events(
            subscription_id, connection_timeout=1, max_notifications_returned=1
        )
        for event in notification.events
    ]
step("streamed", streamed)

step("resolved", account.protocol.resolve_names(["kenmyer"])[0].email_address)

moved = folder.get(subject="Changed")
moved.delete()
try:
    folder.get(subject="Changed")
    raise AssertionError("what was deleted is still there")
except (DoesNotExist, ErrorItemNotFound):
    step("deleted")
folder.delete()
