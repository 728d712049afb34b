"""Reports as files: a workbook, a letter, a printed page. Each takes a :class:`hotline.read.report.Report`."""
