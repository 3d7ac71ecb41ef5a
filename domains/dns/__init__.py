"""DNS of the domains that move, without Django: names, questions, ownership, mail records, the MX change.

What others call:

- ``names.parse_domain(text) -> DomainName``; raises ``BadDomain`` with a ``code`` (``NameFault``) and a ``suggestion``.
- ``checking.verify(domain, token, old_tokens, network)``, ``read_mail``, ``watch_mx``, ``find_servers``: one domain, now.
  ``checking.check(requests, network)``: many side by side, each as it is ready. ``asking.Network`` says whom to ask.
- ``tokens.new_token()``, ``txt_record``, ``mx_record``; ``verification.Verification.findings`` are codes with what was seen.
- ``delegation.Delegation`` tells the servers, ``dns_hosts`` whose they are and what their forms call a host.
- ``health.assess(mail_records, target, source_hosts, phase)``: one ``RecordHealth`` a kind, with the exact records.
- ``mx.observe(state, observation, target, source_hosts) -> MxState`` and ``mx.stage(state, now) -> Standing``.
- ``targets.microsoft_365(domain)`` or a ``Target`` of one's own.
- ``kept.to_json(thing)`` and ``kept.from_json(Kind, data)`` of any dataclass here, for a JSONField.

Only ``packets`` touches the network. Domains are passed in ASCII, lower case, without a final dot. Codes are StrEnums;
the sentences are the pages' own.
"""
