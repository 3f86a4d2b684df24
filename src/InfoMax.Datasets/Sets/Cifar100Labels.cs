namespace InfoMax.Datasets;

/// <summary>Which of the two labels of a CIFAR-100 image to read.</summary>
public enum Cifar100Labels
{
    /// <summary>One of 100 classes.</summary>
    Fine,

    /// <summary>One of 20 groups of five classes.</summary>
    Coarse,
}
