using System.Text.Json;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton<INotes, NotesInMemory>();
builder.AddDeclarative(declarative => declarative.UseSqlite(builder.Configuration.GetConnectionString("Declarative") ?? "Data Source=app.db"));

var app = builder.Build();
app.MapDeclarative();

// Where the destination of appsettings.Development.json leads: the application tells itself. A receiver of yours would check the signature first.
if (app.Environment.IsDevelopment())
    app.MapPost("/receiver", (HttpRequest request, JsonElement body) => Console.WriteLine($"{request.Headers["x-event-name"]} {body}"));

app.Run();
