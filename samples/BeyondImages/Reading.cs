
namespace InfoMax.Samples.BeyondImages;

/// <summary>An accuracy that one run gave: a row of the table, one seed of it.</summary>
/// <param name="Representation">What was probed, such as "untrained network".</param>
/// <param name="Feature">The feature, with its numbers per example; empty for raw data.</param>
/// <param name="Accuracy">Share of the test examples that are told right.</param>
/// <param name="Baseline">Representation of the same feature that this one is measured against; null if none.</param>
internal sealed record Reading(string Representation, string Feature, double Accuracy, string? Baseline = null);
