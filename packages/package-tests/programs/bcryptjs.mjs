import bcrypt from "bcryptjs";

const salt = "$2b$04$abcdefghijklmnopqrstuu";
const hash = bcrypt.hashSync("correct horse", salt);
console.log(hash, bcrypt.getRounds(hash));
console.log(bcrypt.compareSync("correct horse", hash), await bcrypt.compare("wrong horse", hash));
console.log((await bcrypt.genSalt(5)).slice(0, 7));
