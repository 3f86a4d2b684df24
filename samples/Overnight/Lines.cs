using System.Globalization;
using InfoMax.Training;

namespace InfoMax.Samples.Overnight;

/// <summary>A line for each report.</summary>
internal sealed class Lines : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"step {value.Step,6} of {value.TotalSteps}  loss {value.Metrics["local.loss"]:F3}  gradient {value.Metrics["gradient_norm"]:F2} " +
            $" rate {value.LearningRate:G3}  {value.ExamplesPerSecond:F0} images/s, {value.DataWaitShare:P0} waiting  " +
            $"{value.ResidentBytes >> 20} MiB  {value.Remaining:hh\\:mm\\:ss} left"));
}
