var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton<NotesTold>();
builder.AddDeclarative(declarative => declarative.UseSqlite(builder.Configuration.GetConnectionString("Declarative") ?? "Data Source=consumer.db"));

var app = builder.Build();
app.MapDeclarative();
app.Run();
