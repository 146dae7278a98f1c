"""Jobs and CronJobs: manifests, pending pods, and the reports of finished Jobs."""
