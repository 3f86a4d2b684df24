using InfoMax.Training.Memory;
using Microsoft.Extensions.Logging;

namespace InfoMax.Training;

/// <content>What memory the run will need.</content>
internal sealed partial class TrainingRun
{
    /// <summary>Plans the memory; nothing is changed.</summary>
    public MemoryPlan PlanMemory(Func<long>? taken = null) => new MemoryPlanner(_encoder, Loss, _data, _settings, _optimizer, _device, _dtype, _trainer.Complete, taken).Plan();

    /// <summary>Tells the logger, if somebody reads it. A plan that cannot be made does not keep a run from starting.</summary>
    private void AnnounceMemory()
    {
        if (!_logger.IsEnabled(LogLevel.Information) && !_logger.IsEnabled(LogLevel.Warning))
        {
            return;
        }

        MemoryPlan plan;
        try
        {
            plan = PlanMemory();
        }
#pragma warning disable CA1031 // Whatever it is, the first step says it better.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            TrainerLog.MemoryUnknown(_logger, exception.Message);
            return;
        }

        TrainerLog.MemoryPlanned(_logger, plan);
        if (plan.Exceeds)
        {
            string largest = string.Join(", ", plan.Parts.Where(p => !p.IsAllocated).OrderByDescending(p => p.Bytes ?? 0).Take(3).Select(p => $"{p.Name} ({MemoryPlan.Size(p.Bytes)})"));
            TrainerLog.MemoryShort(_logger, MemoryPlan.Size(plan.Needed), MemoryPlan.Size(plan.Available), largest, $"What helps: {string.Join("; ", plan.Advice)}.");
        }
    }
}
