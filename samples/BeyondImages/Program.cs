using InfoMax.Samples.BeyondImages;

// dotnet run -c Release --project samples/BeyondImages              all examples, a few minutes
// dotnet run -c Release --project samples/BeyondImages -- volume    one of them: sequence, graph, volume or modalities
return await CommandLine.Create().Parse(args).InvokeAsync();
