namespace InfoMax.Datasets;

/// <summary>Which of the two labels of each CIFAR-100 image is wanted.</summary>
public enum Cifar100Labels
{
    /// <summary>One of 100 classes.</summary>
    Fine,

    /// <summary>One of 20 groups of five classes.</summary>
    Coarse,
}
