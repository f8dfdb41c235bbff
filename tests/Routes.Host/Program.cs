using Declarative.Acl;
using Routes.Host;
using Routes.Module;

// A host whose own routes and those of a referenced module are the same, for the end-to-end tests.
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton<IThings, Things>().AddSingleton<ICustomerAuthenticator, Customers>();
builder.AddDeclarative(declarative => declarative.UseSqlite(builder.Configuration.GetConnectionString("Declarative")!));

var app = builder.Build();
app.MapDeclarative();
app.Run();
