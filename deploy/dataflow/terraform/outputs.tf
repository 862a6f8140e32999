output "dataset" {
  description = "where the dataset is; newsbeam report reads it"
  value       = "gs://${google_storage_bucket.newsbeam.name}/news"
}

output "worker_account" {
  description = "ACCOUNT of launch.sh"
  value       = google_service_account.worker.email
}
