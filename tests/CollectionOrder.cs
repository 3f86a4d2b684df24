using Xunit.Abstractions;

namespace InfoMax.Tests;

/// <summary>Runs test classes in the order of their names.</summary>
/// <remarks>
/// xunit's own order differs from run to run. Tests that run one at a time in one process share libtorch's global generator, so with another order each would see other random numbers, and a bound that
/// fails for one draw in a thousand would fail now and then. In one order, what a whole run has shown stays so.
/// </remarks>
public sealed class CollectionOrder : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) => testCollections.OrderBy(c => c.DisplayName, StringComparer.Ordinal);
}
