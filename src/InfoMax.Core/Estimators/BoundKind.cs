namespace InfoMax.Estimators;

/// <summary>How an estimator's value relates to the mutual information.</summary>
public enum BoundKind
{
    /// <summary>In expectation at most the mutual information, in nats.</summary>
    LowerBound,

    /// <summary>In expectation at least the mutual information, in nats.</summary>
    UpperBound,

    /// <summary>Approximates the mutual information in nats from either side.</summary>
    Approximation,

    /// <summary>
    /// Measures another divergence between the joint distribution and the product of the marginals; not in nats of mutual information.
    /// </summary>
    Surrogate,
}
