#version 300 es
precision highp float;
precision highp int;

// What every scene may use. A scene is `vec3 name(vec2 p)`: p is 0 in the middle and ±0.5 at the shorter edges; the
// answer is a display colour. `seed` changes the accidents, `knob` the composition, `tint` the palette.
uniform vec2 resolution;
uniform float seed;
uniform float time;
uniform float aged;
uniform float knob[8];
uniform vec3 tint[6];
out vec4 pixel;

const float PI = 3.14159265;

mat2 turn(float a) { return mat2(cos(a), sin(a), -sin(a), cos(a)); }
float sat(float x) { return clamp(x, 0., 1.); }
/** 1 inside of a distance, softened over w. */
float inside(float d, float w) { return 1. - smoothstep(-w, w, d); }

uint mixBits(uint x) { x ^= x >> 16u; x *= 0x7feb352du; x ^= x >> 15u; x *= 0x846ca68bu; return x ^ (x >> 16u); }
float hash(vec2 cell) {
  ivec2 c = ivec2(floor(cell));
  return float(mixBits(uint(c.x) * 0x9e3779b9u + mixBits(uint(c.y) + 0x51ed27u)) >> 8u) / 16777216.;
}
float hash(float cell) { return hash(vec2(cell, 7.)); }
vec2 hash2(vec2 cell) { return vec2(hash(cell), hash(cell + 1713.)); }
float hash(vec3 cell) { return hash(cell.xy + floor(cell.z) * vec2(157., 311.)); }

float noise(vec2 x) {
  vec2 i = floor(x), f = fract(x), u = f * f * f * (f * (f * 6. - 15.) + 10.);
  return mix(mix(hash(i), hash(i + vec2(1, 0)), u.x), mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), u.x), u.y);
}
float noise(float x) { return noise(vec2(x, .5 + seed)); }
float noise(vec3 x) {
  vec3 i = floor(x), f = fract(x); float u = f.z * f.z * (3. - 2. * f.z);
  vec2 o = i.z * vec2(37., 91.), n = o + vec2(37., 91.);
  return mix(noise(x.xy + o), noise(x.xy + n), u);
}
float fbm(vec2 x, int octaves) {
  float sum = 0., w = .5;
  for (int i = 0; i < octaves; i++) { sum += w * noise(x); x = turn(.6) * x * 2.03 + 17.; w *= .5; }
  return sum;
}
float fbm(vec3 x, int octaves) {
  float sum = 0., w = .5;
  for (int i = 0; i < octaves; i++) { sum += w * noise(x); x.xy = turn(.6) * x.xy * 2.03 + 17.; x.z *= 2.; w *= .5; }
  return sum;
}
/** Sharp crests instead of round ones. */
float ridged(vec2 x, int octaves) {
  float sum = 0., w = .5;
  for (int i = 0; i < octaves; i++) {
    float n = 1. - abs(2. * noise(x) - 1.); sum += w * n * n; x = turn(.9) * x * 2.1 + 31.; w *= .5;
  }
  return sum;
}

/** Light as film sees it: linear in, display out. */
vec3 film(vec3 c) {
  c = max(c, 0.);
  return pow(clamp(c * (2.51 * c + .03) / (c * (2.43 * c + .59) + .14), 0., 1.), vec3(1. / 2.2));
}

/** A gradient through three colours, for x from 0 to 1. */
vec3 blend(vec3 a, vec3 b, vec3 c, float x) { return x < .5 ? mix(a, b, smoothstep(0., .5, x)) : mix(b, c, smoothstep(.5, 1., x)); }

float stars(vec2 p, float density, float scale) {
  float sum = 0.;
  for (int k = 0; k < 3; k++) {
    vec2 q = p * scale * (1. + float(k) * .9) + float(k) * 50. + seed, c = floor(q);
    float chance = hash(c + 91.), bright = pow(hash(c + 17.), 4.) + .12;
    vec2 d = fract(q) - .25 - .5 * hash2(c);
    sum += step(1. - density, chance) * bright * exp(-dot(d, d) * (260. - 190. * bright));
  }
  return sum;
}

/** The skyline of a far range: 0 to 1, craggy as `rough` grows from 0 to 1. */
float range(float x, float rough, int octaves) {
  float sum = 0., w = .5;
  for (int i = 0; i < octaves; i++) {
    float n = noise(vec2(x, 3. * float(i) + seed)); sum += w * mix(n, 1. - abs(2. * n - 1.), rough * .7); x = x * 2.07 + 19.; w *= .47;
  }
  return sum;
}

/** 1 where a wood of firs stands: p.y above its ground, one tree about every 1/`often`, `tall` high. */
float firs(vec2 p, float often, float tall, float salt) {
  float hit = 0.;
  for (int k = 0; k < 3; k++) {
    float x = p.x * often + float(k) * .37 + salt, c = floor(x);
    float r = hash(vec2(c, salt * 13. + float(k) * 7. + seed)), h = tall * (.35 + .65 * r);
    float dx = abs(fract(x) - .5 + .3 * (hash(vec2(c, salt + 3.)) - .5)) / often, y = p.y / h;
    float bough = fract(y * (7. + 4. * r)), w = (1. - y) * h * (.13 + .09 * (1. - bough)) + .0012;
    w *= .8 + .4 * noise(p * often * 9.);
    hit = max(hit, step(p.y, h) * inside(dx - w, .0008));
  }
  return hit;
}
