// The part of a campaign that one machine of a cluster takes.
import LeakCheckKit

extension CampaignRequest.Shard {
  /// The part that the cluster's own variables name; `nil` where they name none.
  ///
  /// Slurm's job arrays: `SLURM_ARRAY_TASK_ID` from `SLURM_ARRAY_TASK_MIN`, `…_COUNT` of them.
  /// Kubernetes' indexed jobs: `JOB_COMPLETION_INDEX` from 0; how many there are it does not say,
  /// so `JOB_COMPLETIONS` has to be set in the job.
  public static func ofCluster() -> Self? {
    func number(_ name: String) -> Int? { environmentValue(name).flatMap { Int($0) } }
    if let index = number("SLURM_ARRAY_TASK_ID"), let count = number("SLURM_ARRAY_TASK_COUNT") {
      return Self(index: index - (number("SLURM_ARRAY_TASK_MIN") ?? 0) + 1, count: count)
    }
    if let index = number("JOB_COMPLETION_INDEX"), let count = number("JOB_COMPLETIONS") {
      return Self(index: index + 1, count: count)
    }
    return nil
  }
}
