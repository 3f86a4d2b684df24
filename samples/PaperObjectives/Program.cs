using InfoMax.Samples.PaperObjectives;

// dotnet run -c Release --project samples/PaperObjectives              every objective on the satellite images, about half an hour for each seed
// dotnet run -c Release --project samples/PaperObjectives -- --help    other data, fewer rows, more seeds
return await CommandLine.Create().Parse(args).InvokeAsync();
