namespace InfoMax.Samples.PaperObjectives;

/// <summary>One finished run: a line of the results file.</summary>
/// <param name="Data">What it learned from.</param>
/// <param name="Variant">Name of the objective.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Epochs">Passes over the images.</param>
/// <param name="Labels">Labels of the probes.</param>
/// <param name="Accuracies">Test accuracy of a linear probe by feature, a fraction.</param>
/// <param name="Seconds">Time of the training.</param>
internal sealed record RunResult(string Data, string Variant, int Seed, int Epochs, int Labels, IReadOnlyDictionary<string, double> Accuracies, double Seconds)
{
    public (string Data, string Variant, int Seed, int Epochs, int Labels) Key => (Data, Variant, Seed, Epochs, Labels);
}
