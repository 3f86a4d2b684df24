using InfoMax.Samples.MutualInformation;

// dotnet run -c Release --project samples/MutualInformation            a first look, about a minute
// dotnet run -c Release --project samples/MutualInformation -- table   every estimator on every task, about an hour
return await CommandLine.Create().Parse(args).InvokeAsync();
