using Shop.Catalog;
using Shop.Customers;
using Shop.Sales;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddCatalog().AddCustomers().AddSales();
builder.AddDeclarative(declarative => declarative.UseSqlite(builder.Configuration.GetConnectionString("Declarative") ?? "Data Source=shop.db"));

var app = builder.Build();
app.MapDeclarative();
app.Run();
