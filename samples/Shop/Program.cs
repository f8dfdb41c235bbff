using System.Text.Json;
using Samples;
using Shop.Catalog;
using Shop.Customers;
using Shop.Sales;

var builder = WebApplication.CreateBuilder(args);
builder.AddTelemetry();
builder.Services.AddCatalog().AddCustomers().AddSales();
builder.AddDeclarative(declarative => declarative.UseSqlite(builder.Configuration.GetConnectionString("Declarative") ?? "Data Source=shop.db").UseAdmin());

var app = builder.Build();
app.MapDeclarative();
app.MapDeclarativeAdmin();
app.MapHealthChecks("/health/live", new() { Predicate = static check => check.Tags.Contains("live") });
app.MapHealthChecks("/health/ready", new() { Predicate = static check => check.Tags.Contains("ready") });

// Where the destination of appsettings.json leads: the shop tells itself. A receiver of yours would check the signature first.
app.MapPost("/inbox", (HttpRequest request, JsonElement body) => Console.WriteLine($"{request.Headers["x-event-name"]} {body}"));
app.Run();
