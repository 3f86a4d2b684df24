namespace InfoMax.Samples.BeyondImages;

/// <summary>One kind of data: made from a seed, learned without labels, probed against its known answer.</summary>
internal interface IExample
{
    /// <summary>The command's name.</summary>
    string Name { get; }

    /// <summary>What the data are and what is to be told from them, in a sentence.</summary>
    string Description { get; }

    /// <summary>Accuracy of a guess.</summary>
    double Chance { get; }

    /// <summary>Makes data, an encoder and labels of a seed of their own, and measures.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="report">Takes a line now and then.</param>
    /// <param name="cancellation">Asks to stop.</param>
    /// <returns>The accuracies, in the order of the table.</returns>
    IReadOnlyList<Reading> Run(int seed, Action<string> report, CancellationToken cancellation);
}
