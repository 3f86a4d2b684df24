using InfoMax.Training.Memory;

namespace InfoMax.Training;

/// <content>What memory the run will need.</content>
internal sealed partial class TrainingRun
{
    /// <summary>Plans the memory, and logs the plan. Weights, running statistics and generators are as before.</summary>
    public MemoryPlan PlanMemory(Func<long>? taken = null)
    {
        MemoryPlan plan = new MemoryPlanner(_encoder, Loss, _data, _settings, _descent.Optimizer, _place, _trainer, taken).Plan();
        TrainerLog.MemoryPlanned(_logger, plan);
        if (plan.Exceeds)
        {
            string largest = string.Join(", ", plan.Parts.Where(p => !p.IsAllocated).OrderByDescending(p => p.Bytes ?? 0).Take(3)
                .Select(p => $"{p.Name} ({MemoryPlan.Size(p.Bytes)})"));
            TrainerLog.MemoryShort(
                _logger, MemoryPlan.Size(plan.Needed), MemoryPlan.Size(plan.Available), largest, $"What helps: " +
                    $"{string.Join("; ", plan.Advice)}.");
        }

        return plan;
    }
}
