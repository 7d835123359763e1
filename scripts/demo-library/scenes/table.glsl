// Still lifes on a café's table, by ray marching.
// tint: 0 the wall, 1 the table, 2 the light, 3 the crockery, 4 and 5 what is served.
// knob: 0 azimuth of the camera, 1 its height, 2 distance, 3 zoom, 4 azimuth of the light, 5 window bars on or off.

float merge(float a, float b, float k) { float h = sat(.5 + .5 * (b - a) / k); return mix(b, a, h) - k * h * (1. - h); }
float roundBox(vec3 x, vec3 b, float r) { vec3 q = abs(x) - b + r; return length(max(q, 0.)) + min(max(q.x, max(q.y, q.z)), 0.) - r; }
float disc(vec3 x, float radius, float high, float r) { vec2 q = vec2(length(x.xz) - radius + r, abs(x.y) - high + r); return length(max(q, 0.)) + min(max(q.x, q.y), 0.) - r; }
float egg(vec3 x, vec3 r) { float k = length(x / r); return k * (k - 1.) / length(x / (r * r)); }

const float TABLE = 0., WARE = 1., COFFEE = 2., FOOD = 3., FILLING = 4., LEAF = 5., CITRUS = 6., BEAN = 7.;

void add(inout vec2 best, float d, float what) { if (d < best.x) best = vec2(d, what); }

/** Cup and saucer of about size 1, standing on y = 0. */
void addCup(inout vec2 best, vec3 x, float handle) {
  float r = length(x.xz), y = x.y;
  if (length(x) > 2.6) { add(best, length(x) - 2.2, WARE); return; }
  float dish = disc(x - vec3(0, .07, 0), .95, .03, .03), rim = length(vec2(r - .95, y - .125)) - .035;
  add(best, merge(merge(dish, rim, .1), disc(x - vec3(0, .1, 0), .4, .05, .03), .05), WARE);
  float wall = .36 + .26 * sqrt(sat((y - .12) / .75)), shell = max(abs(r - wall) - .035, max(y - .86, .14 - y));
  shell = min(shell, length(vec2(r - .62, y - .86)) - .034);
  vec3 h = x; h.xz = turn(handle) * h.xz; h -= vec3(.66, .55, 0.);
  float ring = length(vec2(length(h.xy * vec2(1., .9)) - .2, h.z)) - .05;
  add(best, merge(min(shell, disc(x - vec3(0, .16, 0), .36, .04, .02)), max(ring, .56 - r), .04) * .8, WARE);
  add(best, max(abs(y - .74) - .01, r - .6), COFFEE);
}

void addMacaron(inout vec2 best, vec3 x, float id) {
  if (length(x) > .8) { add(best, length(x) - .6, FOOD); return; }
  float r = length(x.xz), a = atan(x.z, x.x), foot = .009 * sin(a * 31. + id) * sin(a * 13. + x.y * 90. + id * 5.) + .004;
  vec3 m = vec3(x.x, abs(x.y), x.z);
  float shell = max(egg(m - vec3(0, .1, 0), vec3(.46, .19, .46)), .1 - m.y);
  shell = min(shell, disc(m - vec3(0, .085, 0), .455 + foot, .03, .02));
  add(best, shell * .8, FOOD + id * .01);
  add(best, disc(x, .4, .06, .05), FILLING + id * .01);
}

void addCroissant(inout vec2 best, vec3 x) {
  if (length(x) > 1.5) { add(best, length(x) - 1.2, LEAF); return; }
  vec3 q = x - vec3(0, .2, -.45); float a = atan(q.x, q.z), r = length(q.xz);
  float t = sat(1. - abs(a) / 1.35), roll = .06 + .25 * sqrt(t);
  float fold = .07 * sqrt(abs(sin(a * 4.2 + 1.57))) * sqrt(t) - .03;
  float d = length(vec2(r - .62, q.y * 1.12 + .02)) - roll - fold + .03;
  add(best, max(d, abs(a) - 1.34) * .55, LEAF);
}

void addPear(inout vec2 best, vec3 x, float lean) {
  if (length(x - vec3(0, .5, 0)) > 1.2) { add(best, length(x - vec3(0, .5, 0)) - .9, FOOD); return; }
  x.xy = turn(lean) * x.xy;
  float d = merge(length(x - vec3(0, .42, 0)) - .42, length(x - vec3(.02, .98, 0)) - .2, .32);
  add(best, d * .9, FOOD);
  add(best, length(vec2(length(x.xz - vec2(.03 + .15 * pow(max(x.y - 1.1, 0.), 1.4), 0.)), max(abs(x.y - 1.25) - .14, 0.))) - .022, BEAN);
}

void addCitrus(inout vec2 best, vec3 x, float radius, float cut) {
  float d = length(x - vec3(0, radius, 0)) - radius + .0016 * sin(x.x * 61.) * sin(x.y * 57. + x.z * 9.) * sin(x.z * 63.);
  if (cut > .5) { vec3 n = normalize(vec3(0., .66, -.75)); d = max(length(x - vec3(0, radius * .55, 0)) - radius, dot(x - vec3(0, radius * .6, 0), n)); }
  add(best, d * .85, cut > .5 ? CITRUS : FOOD);
}

#if defined(SCENE_latte)
const vec3 CUP_AT = vec3(-.35, 0., 0.);
#else
const vec3 CUP_AT = vec3(0.);
#endif
#if defined(SCENE_espresso)
const float BOUND = 4.2;
#else
const float BOUND = 2.5;
#endif
const vec3 HALF_AT = vec3(.75, 0., -.75);
const float HALF_RADIUS = .5;

/** What stands on the table, by the scene: the compiler sees only its own, as software rendering runs every branch. */
vec2 map(vec3 x) {
  vec2 best = vec2(9., TABLE);
#if defined(SCENE_latte)
  addCup(best, x - CUP_AT, -.7);
  vec3 c = x - vec3(1.35, .06, -.35); c.xz = turn(-.5) * c.xz;
  add(best, disc(x - vec3(1.3, .05, -.45), .95, .035, .03), WARE);
  addCroissant(best, c);
#elif defined(SCENE_macarons)
  add(best, disc(x - vec3(0., .05, 0.), 1.5, .04, .04), WARE);
  for (float i = 0.; i < 7.; i++) {
    float ring = i < 1. ? 0. : .92, a = i * 1.0472;
    addMacaron(best, x - vec3(ring * sin(a), .32, ring * cos(a)), 1. + i);
  }
  for (float i = 0.; i < 3.; i++) addMacaron(best, x - vec3(.47 * sin(i * 2.0944 + .5), .78, .47 * cos(i * 2.0944 + .5)), 9. + i);
#elif defined(SCENE_citrus)
  addCitrus(best, x - vec3(-.75, 0., .35), .58, 0.);
  addCitrus(best, x - vec3(.35, 0., .6), .54, 0.);
  addCitrus(best, x - vec3(-.25, 0., -.65), .44, 0.);
  addCitrus(best, x - HALF_AT, HALF_RADIUS, 1.);
#elif defined(SCENE_pears)
  addPear(best, x - vec3(-.85, 0., .2), .08);
  addPear(best, x - vec3(.1, 0., -.15), -.1);
  vec3 lying = x - vec3(1.05, .4, .1); lying.xy = turn(1.45) * lying.xy; addPear(best, lying + vec3(0., .42, 0.), 0.);
#elif defined(SCENE_tower)
  for (float i = 0.; i < 4.; i++) addMacaron(best, x - vec3(.06 * sin(i * 5.), .24 + .46 * i, .05 * cos(i * 3.)), 2. + i);
  vec3 side = x - vec3(.95, .44, -.25); side.xy = turn(1.25) * side.xy; addMacaron(best, side, 7.);
#else
  addCup(best, x, .9);
  vec2 cell = floor(x.xz * 3.2), f = fract(x.xz * 3.2) - .5;
  if (length(x.xz) > 1.15 && x.y < .3) {
    vec3 q = vec3((f - .35 * (hash2(cell) - .5)) / 3.2, x.y - .055); q.xy = turn(hash(cell + 4.) * 6.) * q.xy;
    float bean = egg(q.xzy, vec3(.115, .06, .075));
    bean = max(bean, -(length(vec2(q.y + .01 * sin(q.x * 30.), q.z - .06)) - .014));
    add(best, hash(cell + 9.) > .38 ? min(bean * .7, .08) : .08, BEAN);
  } else add(best, max(x.y - .22, .06), BEAN);
#endif
  return best;
}

/** Where a ray enters and leaves the sphere that holds all that is served; x > y if it never does. */
vec2 reach(vec3 from, vec3 ray) {
  vec3 o = from - vec3(0., .3, 0.); float b = dot(o, ray), d = b * b - dot(o, o) + BOUND * BOUND;
  return d < 0. ? vec2(1., 0.) : vec2(max(-b - sqrt(d), 0.), -b + sqrt(d));
}

float shadow(vec3 x, vec3 to) {
  float s = 1., end = min(min(reach(x, to).y, 3.), (1.75 - x.y) / to.y);
  for (float t = .03; t < end;) { float d = map(x + to * t).x; s = min(s, 7. * d / t); t += clamp(d, .04, .5); if (s < .02) break; }
  s = sat(s); return s * s * (3. - 2. * s);
}

vec3 boards(vec2 x) {
  float plank = floor(x.x * .9), f = fract(x.x * .9);
  float grain = fbm(vec2(x.x * 16. + 2. * noise(x * vec2(2., .6)), x.y * .8) + plank * 17., 6);
  return tint[1] * (.55 + .75 * grain) * (.82 + .3 * hash(plank)) * (1. - .6 * (smoothstep(.02, .0, f) + smoothstep(.985, 1., f)));
}

/** A rosetta poured into the foam. */
float rosetta(vec2 q) {
  float w = .3 * sqrt(sat((.36 - q.y) * (q.y + .42) * 4.)) , leafs = sin((q.y + .55 * abs(q.x)) * 46. - 1.);
  float art = smoothstep(-.25, .25, leafs) * inside(abs(q.x) - w, .02);
  art = max(art, inside(abs(q.x) - .012, .008) * step(abs(q.y), .4));
  vec2 heart = q - vec2(0., .36);
  return max(art * smoothstep(.012, .02, abs(q.x)), inside(length(heart * vec2(1., 1.2)) - .09, .012));
}

vec3 stillLife(vec2 p) {
  vec3 eye = knob[2] * vec3(sin(knob[0]) * cos(knob[1]), sin(knob[1]), -cos(knob[0]) * cos(knob[1])), at = vec3(0., .3, 0.);
  vec3 ahead = normalize(at - eye), right = normalize(cross(abs(ahead.y) > .98 ? vec3(0, 0, 1) : vec3(0, 1, 0), ahead)), up = cross(ahead, right);
  vec3 ray = normalize(p.x * right + p.y * up + knob[3] * ahead);
  vec3 sun = normalize(vec3(sin(knob[4]), .85, cos(knob[4])));
  vec3 wall = mix(tint[0] * .35, tint[0], smoothstep(-.5, .6, p.y)); wall *= wall;
  for (float i = 0.; i < 24.; i++) {
    vec2 c = vec2((hash(vec2(i, seed)) - .5) * 1.7, hash(vec2(i, seed + 2.)) * .6 - .05); float r = .03 + .06 * hash(i + 3.);
    wall += tint[2] * tint[2] * .3 * hash(i + 6.) * inside(length(p - c) - r, .008);
  }
  float floor_ = ray.y < 0. ? -eye.y / ray.y : 99.;
  vec2 span = reach(eye, ray), hit = vec2(1., -1.);
  float t = span.x, end = min(span.y, floor_);
  bool found = false;
  for (int i = 0; i < 90 && t < end; i++) { hit = map(eye + ray * t); if (hit.x < .0015) { found = true; break; } t += hit.x; }
  if (!found) { t = floor_; hit.y = TABLE; }
  if (t > 22.) return film(wall);
  vec3 x = eye + ray * t, n = vec3(0., 1., 0.);
  if (found) {
    n = vec3(0.);
    for (int i = 0; i < 4; i++) { vec3 e = 2. * vec3(((i + 3) >> 1) & 1, (i >> 1) & 1, i & 1) - 1.; n += e * map(x + e * .0015).x; }
    n = normalize(n);
  }
  float what = floor(hit.y), id = fract(hit.y) * 100., gloss = .1, rough = 20.;
  vec3 own = tint[3];
  if (what == TABLE) { own = boards(x.xz); gloss = .12; }
  else if (what == WARE) { gloss = .6; rough = 120.; }
  else if (what == COFFEE) { vec2 q = turn(.5) * (x - CUP_AT).xz; float ring = smoothstep(.3, .57, length(q)); own = mix(mix(vec3(.58, .34, .17), vec3(.36, .18, .08), ring + .25 * (noise(q * 12.) - .5)), vec3(.97, .9, .78), rosetta(q)); gloss = .25; rough = 60.; }
  else if (what == FOOD) {
    own = id > .5 ? blend(tint[4], tint[5], vec3(.93, .82, .62), fract(id * .37)) : mix(tint[4], tint[5], smoothstep(.3, .75, fbm(x * 2.2 + seed, 4) + .25 * n.x));
    own *= .9 + .16 * fbm(x * 26., 3); gloss = id > .5 ? .08 : .3; rough = 35.;
  }
  else if (what == FILLING) own = mix(vec3(.95, .9, .82), tint[4] * .5, step(.5, fract(id * .5 + .1)));
  else if (what == LEAF) { own = mix(vec3(.86, .56, .22), vec3(.5, .22, .07), smoothstep(.1, .85, n.y * .6 + .5 * fbm(x * 7., 5))); gloss = .22; }
  else if (what == CITRUS) {
    float facing = dot(n, normalize(vec3(0., .66, -.75)));
    own = tint[4];
    if (facing > .9) { vec3 c = x - HALF_AT - vec3(0., .6 * HALF_RADIUS, 0.); vec2 f = vec2(c.x, c.y * .75 + c.z * .66); float a = atan(f.y, f.x), d = length(f) / HALF_RADIUS, seg = abs(fract(a / PI * 4.5) - .5);
      vec3 pulp = mix(tint[5], tint[5] * 1.15 + .08, noise(vec2(a * 24., d * 5.)));
      own = mix(vec3(.98, .93, .8), pulp, smoothstep(.46, .42, seg + .05 / max(d, .05) * .3) * inside(d - .84, .02) * smoothstep(.06, .1, d)); own = mix(own, tint[4], smoothstep(.93, .97, d)); gloss = .35; }
  }
  else if (what == BEAN) { own = vec3(.2, .1, .05); gloss = .3; }
  own *= own;
  float lit = shadow(x + n * .004, sun);
  if (knob[5] > .5) {
    vec2 w = (x.xz - sun.xz / sun.y * x.y) * turn(knob[4]) + vec2(.3, .6);
    vec2 bar = abs(fract(w * vec2(.55, .36)) - .5);
    lit *= smoothstep(.46, .4, max(bar.x, bar.y)) * .9 + .1;
  }
  float near = sat(map(x + n * .22).x / .22) * .65 + .35;
  vec3 light = tint[2] * tint[2] * 2.4 * lit * max(dot(n, sun), 0.);
  light += (tint[0] * tint[0] * .55 + .16) * near * (.55 + .45 * n.y) + tint[1] * tint[1] * .25 * sat(-n.y) * near;
  vec3 c = own * light;
  float shine = pow(max(dot(reflect(ray, n), sun), 0.), rough) * lit, edge = pow(sat(1. + dot(ray, n)), 4.);
  c += gloss * (tint[2] * shine * 1.6 + (tint[0] * tint[0] + .25) * edge * .5 * near);
  if (what == COFFEE || what == FOOD || what == LEAF) c += own * tint[2] * .12 * near;
  return film(mix(c, wall, smoothstep(6.5, 15., t) * .95));
}

vec3 latte(vec2 p) { return stillLife(p); }
vec3 macarons(vec2 p) { return stillLife(p); }
vec3 citrus(vec2 p) { return stillLife(p); }
vec3 pears(vec2 p) { return stillLife(p); }
vec3 tower(vec2 p) { return stillLife(p); }
vec3 espresso(vec2 p) { return stillLife(p); }
