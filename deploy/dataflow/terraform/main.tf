# The bucket, an account with the rights that a run needs and no more, and a start every day.
terraform {
  required_version = ">= 1.5"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 7.0"
    }
  }
}

provider "google" {
  project = var.project
  region  = var.region
}

# The dataset below news/, and what Beam stages below beam/.
resource "google_storage_bucket" "newsbeam" {
  name                        = var.bucket
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  # What is taken down has to be gone: no soft delete, no versions.
  soft_delete_policy {
    retention_duration_seconds = 0
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age            = 7
      matches_prefix = ["beam/"]
    }
  }
}

resource "google_artifact_registry_repository" "images" {
  location      = var.region
  repository_id = "newsbeam"
  format        = "DOCKER"
}

# Workers ask strangers' servers: this account can write this bucket, work for Dataflow, and fetch these images.
resource "google_service_account" "worker" {
  account_id   = "newsbeam-worker"
  display_name = "newsbeam workers on Dataflow"
}

resource "google_storage_bucket_iam_member" "worker_objects" {
  bucket = google_storage_bucket.newsbeam.name
  role   = "roles/storage.objectUser"
  member = google_service_account.worker.member
}

# Beam looks at the bucket itself before it stages.
resource "google_storage_bucket_iam_member" "worker_bucket" {
  bucket = google_storage_bucket.newsbeam.name
  role   = "roles/storage.bucketViewer"
  member = google_service_account.worker.member
}

resource "google_project_iam_member" "worker" {
  project = var.project
  role    = "roles/dataflow.worker"
  member  = google_service_account.worker.member
}

resource "google_artifact_registry_repository_iam_member" "worker" {
  location   = google_artifact_registry_repository.images.location
  repository = google_artifact_registry_repository.images.name
  role       = "roles/artifactregistry.reader"
  member     = google_service_account.worker.member
}

# Who starts the template, and may do so only as the account above.
resource "google_service_account" "starter" {
  account_id   = "newsbeam-starter"
  display_name = "starts newsbeam on Dataflow"
}

resource "google_project_iam_member" "starter" {
  project = var.project
  role    = "roles/dataflow.developer"
  member  = google_service_account.starter.member
}

resource "google_service_account_iam_member" "starter" {
  service_account_id = google_service_account.worker.name
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.starter.member
}

# Dataflow reads the template's description as the one who starts it.
resource "google_storage_bucket_iam_member" "starter" {
  bucket = google_storage_bucket.newsbeam.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.starter.member
}

resource "google_cloud_scheduler_job" "run" {
  name             = "newsbeam"
  description      = "starts a newsbeam run; one that finds another at work leaves with exit code 4"
  region           = var.region
  schedule         = var.schedule
  time_zone        = "Etc/UTC"
  attempt_deadline = "180s"

  # Not again: whether a start went through cannot be seen from its answer, and tomorrow's run takes up what is left.
  retry_config {
    retry_count = 0
  }

  http_target {
    http_method = "POST"
    uri         = "https://dataflow.googleapis.com/v1b3/projects/${var.project}/locations/${var.region}/flexTemplates:launch"
    headers     = { "Content-Type" = "application/json" }
    body = base64encode(jsonencode({
      launchParameter = {
        jobName              = "newsbeam"
        containerSpecGcsPath = "gs://${var.bucket}/template/newsbeam.json"
        parameters = {
          feeds               = join(" ", var.feeds)
          contact             = var.contact
          output              = "gs://${var.bucket}/news"
          workers             = "4"
          sdk_container_image = var.worker_image
        }
        environment = {
          serviceAccountEmail   = google_service_account.worker.email
          machineType           = "e2-standard-4"
          numWorkers            = 1
          maxWorkers            = var.max_workers
          tempLocation          = "gs://${var.bucket}/beam/temp"
          stagingLocation       = "gs://${var.bucket}/beam/staging"
          ipConfiguration       = "WORKER_IP_PUBLIC"
          additionalExperiments = ["use_runner_v2"]
        }
      }
    }))

    oauth_token {
      service_account_email = google_service_account.starter.email
      scope                 = "https://www.googleapis.com/auth/cloud-platform"
    }
  }
}
