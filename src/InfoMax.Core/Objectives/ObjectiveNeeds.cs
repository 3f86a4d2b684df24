namespace InfoMax.Objectives;

/// <summary>What an objective reads besides the encoder's output.</summary>
[Flags]
internal enum ObjectiveNeeds
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The batch that was encoded, <c>EncoderOutput.Input</c>.</summary>
    Input = 1,

    /// <summary>Which examples of the data the batch has.</summary>
    ExampleIndices = 2,

    /// <summary>A class for each example, <c>EncoderOutput.Labels</c>.</summary>
    Labels = 4,

    /// <summary>All of them.</summary>
    All = Input | ExampleIndices | Labels,
}
