import { z } from "zod";

const User = z.object({
  name: z.string().min(2),
  age: z.coerce.number().int().positive().optional(),
  tags: z.array(z.enum(["a", "b"])).default([]),
  email: z.email(),
});
console.log(User.parse({ name: "Ada", age: "36", email: "ada@example.com" }));
const wrong = User.safeParse({ name: "A", age: -1, tags: ["c"], email: "nobody" });
for (const { path, code, message } of wrong.error.issues) console.log(path.join("."), code, message);
console.log(JSON.stringify(z.toJSONSchema(User, { io: "input" })));
