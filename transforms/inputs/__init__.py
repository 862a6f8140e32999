"""What names links: feeds, OPML, URL lists, sitemaps, WARC archives, folders of HTML."""
