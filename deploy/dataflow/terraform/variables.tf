variable "project" {
  description = "the project that pays"
  type        = string
}

variable "region" {
  description = "of bucket, images, workers and scheduler; one for all, since traffic between regions is billed"
  type        = string
  default     = "europe-west1"
}

variable "bucket" {
  description = "name of the bucket, which is unique in the world"
  type        = string
}

variable "worker_image" {
  description = "image built from deploy/worker/Dockerfile"
  type        = string
}

variable "feeds" {
  description = "addresses of feeds"
  type        = list(string)
}

variable "contact" {
  description = "mail or web address for publishers, sent with each request"
  type        = string
}

variable "schedule" {
  description = "when a run starts, as cron writes it, in UTC"
  type        = string
  default     = "17 5 * * *"
}

variable "max_workers" {
  description = "most machines at a time; more than 64 are never used, since hosts have 64 owners"
  type        = number
  default     = 8

  validation {
    condition     = var.max_workers >= 1 && var.max_workers <= 64
    error_message = "Between 1 and 64."
  }
}
