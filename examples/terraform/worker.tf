# The same worker in HCL. With mistakes that people make.

variable "team" {
  type    = string
  default = "queue"
}

data "aws_caller_identity" "current" {}

locals {
  account_keys = "arn:aws:kms:*:${data.aws_caller_identity.current.account_id}:key/*"
}

resource "aws_kms_key" "results" {
  description         = "Encrypts the results"
  enable_key_rotation = true
  policy              = data.aws_iam_policy_document.results_key.json
}

data "aws_iam_policy_document" "results_key" {
  statement {
    sid       = "Enable IAM policies"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }
}

resource "aws_iam_role_policy" "results" {
  name = "results"
  role = aws_iam_role.results.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # `.id` of a key is its ID; `.arn` is what belongs here.
        Sid      = "WriteResults"
        Effect   = "Allow"
        Action   = ["kms:GenerateDataKey", "kms:Encrypt"]
        Resource = aws_kms_key.results.id
      },
      {
        # Right: the account is pinned and a tag narrows it.
        Sid      = "ReadTeamKeys"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = local.account_keys
        Condition = {
          StringEquals = { "aws:ResourceTag/Team" = var.team }
        }
      },
      {
        Sid      = "ReadEverything"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = "arn:aws:kms:*:*:key/*"
      },
    ]
  })
}
