namespace InfoMax.Information;

/// <summary>Estimates the mutual information of two variables from samples of them.</summary>
public static class MutualInformation
{
}
