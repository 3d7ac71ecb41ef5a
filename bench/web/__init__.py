"""``./run bench web``: how long pages take where there are 500 batches with 200,000 mailboxes, and what watching costs."""
