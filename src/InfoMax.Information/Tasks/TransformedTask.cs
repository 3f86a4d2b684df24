using static TorchSharp.torch;

namespace InfoMax.Information.Tasks;

/// <summary>A task with X and Y mapped one-to-one, each by itself; the mutual information stays as it is.</summary>
internal sealed class TransformedTask : MutualInformationTask
{
    private readonly MutualInformationTask _task;
    private readonly SampleMap _x;
    private readonly SampleMap _y;

    /// <summary>Maps the samples of a task.</summary>
    /// <param name="task">The task to draw from.</param>
    /// <param name="x">The map of X; <see cref="IdentityMap"/> to leave it as it is.</param>
    /// <param name="y">The map of Y.</param>
    /// <param name="name">Name for reports, in lower case with dashes.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">
    /// A map does not take the dimensions of the task, or the name has characters that names may not have.
    /// </exception>
    public TransformedTask(MutualInformationTask task, SampleMap x, SampleMap y, string name)
        : base(name, Dimensions(x, NotNull(task).XDimensions, nameof(x)), Dimensions(y, task.YDimensions, nameof(y)), task.TrueValue)
    {
        _task = task;
        _x = x;
        _y = y;
    }

    /// <inheritdoc/>
    protected override (Tensor X, Tensor Y) Draw(long count, Generator generator)
    {
        (Tensor x, Tensor y) = DrawFrom(_task, count, generator);
        return (_x.Apply(x.to(ScalarType.Float64)), _y.Apply(y.to(ScalarType.Float64)));
    }

    private static MutualInformationTask NotNull(MutualInformationTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return task;
    }

    private static int Dimensions(SampleMap map, int input, string name)
    {
        ArgumentNullException.ThrowIfNull(map, name);
        try
        {
            return map.OutputDimensions(input);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"{map.GetType().Name} does not take {input} dimensions: {e.Message}", name, e);
        }
    }
}
