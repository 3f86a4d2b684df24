using InfoMax.Training;

namespace InfoMax.Tests.Support;

/// <summary>A callback made of actions.</summary>
internal sealed class Acting : TrainingCallback
{
    public Action<TrainingContext>? Start { get; init; }

    public Action<StepContext>? Step { get; init; }

    public Action<EpochContext>? Epoch { get; init; }

    public Action<TrainingContext, TrainingResult>? End { get; init; }

    public override void OnStart(TrainingContext context) => Start?.Invoke(context);

    public override void OnStep(StepContext context) => Step?.Invoke(context);

    public override void OnEpoch(EpochContext context) => Epoch?.Invoke(context);

    public override void OnEnd(TrainingContext context, TrainingResult result) => End?.Invoke(context, result);
}
