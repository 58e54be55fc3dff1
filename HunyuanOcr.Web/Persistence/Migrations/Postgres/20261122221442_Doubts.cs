using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace HunyuanOcr.Web.Persistence.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Doubts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Doubts",
                table: "Runs",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ModelDevice",
                table: "Runs",
                type: "text",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Doubts",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "ModelDevice",
                table: "Runs");
        }
    }
}
